/** All services of this project on a Restate server begin so. */
export const servicePrefix = 'durableflow';

/**
 * The Restate service of one version of a workflow. Restate pins a run to a service, as we pin it to a version. Letters that a
 * service may not have in its name are written as the hex of their UTF-8 bytes.
 */
export const serviceNameOf = (workflow: string, version: string) => `${servicePrefix}.${encodePart(workflow)}.${encodePart(version)}`;

/**
 * The virtual object that keeps the effect keys of a workflow, which all runs of all its versions share. Each workflow has its own:
 * a service is executed by the newest deployment that has it, and that of somebody else's workflow may be gone at any time.
 */
export const effectServiceOf = (workflow: string) => `${servicePrefix}.${encodePart(workflow)}`;

/** The workflow and version that a service stands for; undefined if it is none of ours. */
export function workflowOfService(service: string): { readonly workflow: string; readonly version: string } | undefined {
  const [first, workflow, version, ...rest] = service.split('.');
  if (first !== servicePrefix || workflow === undefined || version === undefined || rest.length > 0) return undefined;
  return { workflow: decodePart(workflow), version: decodePart(version) };
}

function encodePart(text: string): string {
  const hex = (letter: string) => [...Buffer.from(letter)].map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join('');
  return text.replace(/[^A-Za-z0-9-]/gu, hex);
}

function decodePart(part: string): string {
  return part.replace(/(?:_[0-9a-f]{2})+/g, (hex) => Buffer.from(hex.replaceAll('_', ''), 'hex').toString());
}
