/** What a customer wrote. */
export interface Ticket {
  readonly id: string;
  readonly email: string;
  readonly text: string;
}

/** The ticket of the stories: about an order of 41.50, in a parcel that came broken. */
export const ticket: Ticket = {
  id: 'T-1001',
  email: 'ines@mailhaus.example',
  text: 'From ines@mailhaus.example: the teapot of order O-7 came in pieces. I would like my money back.',
};

/** What the agents of both frameworks are told. */
export const instruction = [
  'You work at the support desk of a shop. Look up the customer and the order before you decide on anything.',
  'Refund what was paid for an order that came broken, and nothing else. Refunds are approved by a person;',
  'if one is refused, tell the customer so. End with one short reply to the customer.',
].join(' ');
