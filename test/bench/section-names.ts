/** The files in `sections/` that are measured, each a bench by itself. */
export const sectionNames = ['starts', 'parked', 'recovery', 'kill', 'replay', 'memory', 'file-size', 'loading'] as const;
