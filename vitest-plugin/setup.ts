// With `globals: true` the global `describe` is the one that is decorated here, because it is the same object.
import './describe.js';
import './expect.js';
