import { render } from 'preact';
import { App } from './app.js';
import { applyTheme, chosenTheme } from './theme.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/views.css';

applyTheme(chosenTheme());
render(<App />, document.body);
