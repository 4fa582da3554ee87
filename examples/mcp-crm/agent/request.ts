/** What somebody in the office wants done in the CRM. */
export interface OfficeRequest {
  readonly id: string;
  readonly text: string;
}

/** The request of the story. */
export const doubleInvoice: OfficeRequest = {
  id: 'r-1',
  text: 'Ann Berg was invoiced twice for one delivery, RE-1002 and RE-1003. Please give her a credit for RE-1003, in full.',
};
