import { McpClient, type McpLookup } from 'durableflow/mcp';

/** The CRM can be asked what it has done under a key. */
const lookup: McpLookup = {
  tool: 'find_operation',
  input: (key) => ({ key }),
  found: (answer) => (answer as { readonly result: unknown }).result,
};

/** A client of the CRM, at a URL or as a process of its own. */
export function crmClient(
  where: { readonly url: string } | { readonly stdio: { readonly command: string; readonly args: string[] } },
): McpClient {
  return new McpClient({
    ...where,
    name: 'crm',
    timeout: '5s',
    only: ['find_customer', 'list_invoices', 'issue_credit', 'change_address'],
    errorsAreFinal: true,
    lookup,
  });
}
