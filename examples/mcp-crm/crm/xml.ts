/** Records as the XML that the old interface spoke: one element a record, its fields as attributes. */
export function toXml(name: string, records: readonly object[]): string {
  const elements = records.map((record) => {
    const fields = Object.entries(record).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
    return `  <${name}${fields.join('')}/>`;
  });
  return `<?xml version="1.0"?>\n<${name}s count="${records.length}">\n${elements.join('\n')}\n</${name}s>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character]!);
