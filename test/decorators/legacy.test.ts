import { decoratorSuite } from './decorator-suite.js';

decoratorSuite('legacy decorators', () => import('../fixtures/decorated-classes.js'));
