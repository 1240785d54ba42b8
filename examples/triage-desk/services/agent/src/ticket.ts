/** Ticket@1 as the gateway accepted it. */
export interface Ticket {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly customer: string;
  readonly order?: string;
  readonly locale?: string;
  readonly conversation?: string;
}

/** What the model reads: what we know in a header, what the customer wrote below it. */
export function toMessage({ order, locale, subject, text }: Ticket): string {
  const header = [
    ...(order === undefined ? [] : [`Order: ${order}`]),
    ...(locale === undefined ? [] : [`Language: ${locale.slice(0, 2)}`]),
  ];
  return `${header.map((line) => `${line}\n`).join('')}\n${subject}\n${text}`;
}
