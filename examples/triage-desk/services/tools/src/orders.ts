import { createHash } from 'node:crypto';

export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly item: string;
  readonly status: 'processing' | 'shipped' | 'delivered';
  readonly total: number;
  readonly currency: string;
}

const ITEMS = [
  'kettle',
  'desk lamp',
  'backpack',
  'coffee grinder',
  'rain jacket',
  'keyboard',
  'water bottle',
];
const STATUSES = ['delivered', 'delivered', 'shipped', 'processing'] as const;

/**
 * Stands in for the shop's order system: every order exists, and always looks the same. The first four digits are its
 * customer: ORD-104201 belongs to C-1042.
 */
export function findOrder(id: string, customer: string): Order | undefined {
  if (id.slice(4, 8) !== customer.slice(2)) return undefined;
  const [item = 0, status = 0, euros = 0, cents = 0] = createHash('sha256').update(id).digest();
  return {
    id,
    customer,
    item: ITEMS[item % ITEMS.length] ?? 'kettle',
    status: STATUSES[status % STATUSES.length] ?? 'shipped',
    total: 5 + (euros % 150) + (cents % 100) / 100,
    currency: 'EUR',
  };
}
