import { join, relative } from 'node:path';
import ts from 'typescript';
import { configOf, type ExampleProject } from './example-project.js';

/** What the compiler has to say against the examples, each with its place in the document. */
export function checkTypes({ folder, examples }: ExampleProject): string[] {
  const config = join(folder, configOf('legacy'));
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (file) => ts.sys.readFile(file)).config,
    ts.sys,
    folder,
    {},
    config,
  );
  const program = ts.createProgram(fileNames, options);
  return examples.flatMap(({ path, block }) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(join(folder, path))).map(({ file, start, messageText }) => {
      const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0;
      const place = file && relative(folder, file.fileName) !== path ? file.fileName : `${block.file}:${block.line + line}`;
      return `${place} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    }),
  );
}
