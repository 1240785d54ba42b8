import type { Role } from './integration.ts';

/** First match wins, so the more telling words come first. */
const byWord: readonly (readonly [emoji: string, words: readonly string[]])[] = [
  ['🎫', ['ticket', 'tickets', 'triage', 'helpdesk']],
  ['🎧', ['support', 'care', 'service']],
  ['💳', ['payment', 'payments', 'billing', 'invoice', 'invoices', 'refund', 'refunds']],
  ['🏦', ['bank', 'banking', 'loan', 'loans', 'claims']],
  ['🩺', ['health', 'medical', 'clinic', 'patient', 'patients']],
  ['🛒', ['shop', 'store', 'cart', 'order', 'orders', 'commerce']],
  ['📈', ['sales', 'crm', 'leads', 'marketing']],
  ['🧑‍💼', ['hr', 'people', 'hiring', 'recruiting', 'onboarding']],
  ['🔐', ['security', 'identity', 'auth', 'fraud']],
  ['📄', ['document', 'documents', 'docs', 'contract', 'contracts', 'legal']],
  ['📚', ['knowledge', 'search', 'library', 'wiki']],
  ['📅', ['calendar', 'booking', 'schedule', 'scheduling', 'travel']],
  ['📬', ['mail', 'email', 'inbox', 'newsletter']],
  ['💬', ['chat', 'bot', 'chatbot', 'assistant', 'desk']],
  ['📦', ['logistics', 'shipping', 'warehouse', 'inventory']],
  ['📊', ['report', 'reports', 'analytics', 'data', 'insight', 'insights']],
  ['🧪', ['demo', 'test', 'sandbox', 'example']],
];

/** The role that says most about an integration comes first. */
const byRole: readonly (readonly [Role, emoji: string])[] = [
  ['agent', '🤖'],
  ['model', '🧠'],
  ['tools', '🧰'],
  ['transform', '🔀'],
  ['worker', '⚙️'],
  ['api-gateway', '🚪'],
  ['service', '🧩'],
];

/** What an integration is shown with when it names no emoji: by a word of its key, else by its most telling role. */
export function defaultEmoji(key: string, roles: readonly Role[]): string {
  const words = key.split('-');
  const named = byWord.find(([, known]) => known.some((word) => words.includes(word)));
  return named?.[0] ?? byRole.find(([role]) => roles.includes(role))?.[1] ?? '🧩';
}
