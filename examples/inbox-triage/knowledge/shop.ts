import type { ContextItem } from 'durableflow';

/** The business whose inbox this is. */
export const shop = {
  name: 'Fernhill Bikes',
  domain: 'fernhillbikes.example',
  timeZone: 'Europe/London',
  staff: ['Maren Holt', 'Tom Ashby', 'Priya Nair'],
} as const;

/** What everybody in the shop knows, in words that may be said to customers. */
export const shopNotes: readonly ContextItem[] = [
  {
    id: 'note:partners',
    // Pinned: who is a trade partner decides what kind of mail it is.
    pinned: true,
    text: 'Trade partners: velmora.example, tannerylane.example, hongda-parts.example, nordlyscykler.example, brightdaughter.example.',
  },
  { id: 'note:hours', text: 'Opening hours: Tuesday to Saturday 9:00 to 17:30. Closed for Christmas from 24 December to 1 January.' },
  {
    id: 'note:returns',
    text: 'Returns and refunds: within 30 days, unused, money back to the card. Faulty or damaged goods are replaced or refunded and we pay the postage; for a change of mind the customer pays it. A person makes every refund.',
  },
  {
    id: 'note:delivery',
    text: 'Orders and delivery: parcels take three to five working days. A parcel that is late by a week is traced with the carrier and sent again or refunded. An address or size can be changed until the order is shipped. We ship abroad: 18 pounds, up to ten working days.',
  },
  {
    id: 'note:appointments',
    text: 'Workshop appointments: a full service takes two hours, a brake bleed 90 minutes, truing a wheel 30 minutes. Bikes can be dropped off the evening before. An appointment can be moved up to a day ahead.',
  },
  { id: 'note:sizes', text: 'Frame sizes: between two sizes we suggest a test ride on both; it is free and needs no appointment.' },
  {
    id: 'note:payment',
    text: 'Payment: card, cash or transfer, also on collection. New bank details of a supplier are checked by telephone first.',
  },
];
