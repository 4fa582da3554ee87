/** A request as an input says it: the first line has method and path, then headers, an empty line, and the body. */
export interface HttpInput {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string | undefined;
}

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'];

/** What no client could send is left out. */
export function httpInput(text: string): HttpInput {
  const [head = '', ...rest] = text.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const [method = '', path = ''] = first.split(' ');
  const headers = new Headers();
  for (const line of lines) {
    const at = line.indexOf(':');
    try {
      headers.append(line.slice(0, at), line.slice(at + 1).trim());
    } catch {
      // Not a header.
    }
  }
  const known = methods.includes(method) ? method : 'POST';
  const hasBody = known !== 'GET' && known !== 'HEAD' && rest.length > 0;
  return { method: known, path: path.startsWith('/') ? path : `/${path}`, headers, body: hasBody ? rest.join('\n\n') : undefined };
}
