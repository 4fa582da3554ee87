import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { CallToolResultSchema, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { answerOf, errorTextOf } from '../../../sdk/agent/mcp/tool-answer.js';
import { inputSchemaOf, readTools } from '../../../sdk/agent/mcp/mcp-tool.js';
import { canonicalJson } from '../../../sdk/agent/canonical-json.js';
import type { FuzzTarget } from '../fuzz-target.js';

/** What a server of tools says, as far as the protocol's client lets it pass: its list, and its answers. */
export const mcp: FuzzTarget = {
  seeds: () => [
    '{"tools":[{"name":"find","description":"Finds.","inputSchema":{"type":"object","properties":{"q":{"type":"string","pattern":"^a+$"}},"required":["q"]},"annotations":{"readOnlyHint":true}}]}',
    '{"tools":[{"name":"put","inputSchema":{"type":"object","properties":{"n":{"anyOf":[{"type":"number","minimum":0},{"$ref":"#/$defs/x"}]}},"$defs":{"x":{"enum":[1,"a",null]}}}}]}',
    '{"content":[{"type":"text","text":"found"},{"type":"resource","resource":{"uri":"a:b","text":"t"}}],"structuredContent":{"a":1},"isError":false}',
  ],
  words: ['"$ref":"#"', '"allOf":[{}]', '"$defs"', '"pattern":"(a+)+$"', '"type":["string","null"]', '"items":{"$ref":"#"}', '"structuredContent":', '"isError":true'],
  open: async () => async (input) => {
    const given = parsed(input);
    const list = ListToolsResultSchema.safeParse(given);
    const answer = CallToolResultSchema.safeParse(given);
    return [
      list.success && (await toolsOf(list.data.tools)),
      answer.success && [answerOf(answer.data as CallToolResult, 'fuzzed', 1_000_000), errorTextOf(answer.data as CallToolResult)],
    ];
  },
}; // prettier-ignore

async function toolsOf(tools: readonly Tool[]): Promise<unknown> {
  const read = readTools(tools, { name: 'fuzzed', url: 'http://127.0.0.1:1' });
  for (const tool of read.tools) await inputSchemaOf(tool)['~standard'].validate({ q: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa!', n: 1 });
  return [read, canonicalJson(tools)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
