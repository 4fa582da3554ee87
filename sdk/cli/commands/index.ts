// Every export is a command; the help lists them in this alphabetical order within their groups.
export { approvals } from './approvals.js';
export { approve } from './approve.js';
export { cancel } from './cancel.js';
export { recover } from './recover.js';
export { reject } from './reject.js';
export { resolve } from './resolve.js';
export { resume } from './resume.js';
export { runs } from './runs.js';
export { show } from './show.js';
