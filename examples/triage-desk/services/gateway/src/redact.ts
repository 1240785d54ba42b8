/**
 * Replaces personal data by a label. Candidates are found by shape and, where the format has a check digit, kept only
 * if it is right: an order number must survive, a card number must not.
 */
export function redact(text: string): string {
  return text
    .replace(IBAN, (found) => replaceLongestValid(found, { label: '[iban]', shortest: 15, isValid: isIban }))
    .replace(CARD, (found) =>
      replaceLongestValid(found, { label: '[card]', shortest: 13, isValid: isCardNumber }),
    )
    .replace(EMAIL, '[email]')
    .replace(PHONE, '[phone]');
}

/** For streams: passes on whole sentences only, since personal data may arrive split over two chunks. */
export class RedactingStream {
  #held = '';

  push(text: string): string {
    this.#held += text;
    const end = Math.max(this.#held.lastIndexOf('. '), this.#held.lastIndexOf('\n'));
    return end < 0 ? '' : this.#release(end + 1);
  }

  flush(): string {
    return this.#release(this.#held.length);
  }

  #release(length: number): string {
    const sentences = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return redact(sentences);
  }
}

// Every repetition is bounded: a long run of letters must not make the search quadratic.
const IBAN = /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}/gi;
const CARD = /(?<![\w-])\d(?:[ -]?\d){12,18}/g;
const EMAIL = /[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
const PHONE = /(?<![\w-])\(?(?:\+|00?)[1-9](?:[ ./()-]{0,3}\d){7,13}/g;

interface Candidate {
  readonly label: string;
  readonly shortest: number;
  readonly isValid: (compact: string) => boolean;
}

/** The words after a number may look like its continuation, so the longest valid beginning counts. */
function replaceLongestValid(found: string, { label, shortest, isValid }: Candidate): string {
  for (let end = found.length; end >= shortest; end -= 1) {
    if (/[ -]/.test(found[end - 1] ?? '')) continue;
    const compact = found.slice(0, end).replaceAll(/[ -]/g, '');
    if (compact.length >= shortest && isValid(compact)) return label + found.slice(end);
  }
  return found;
}

/** ISO 13616: country code and check digits to the end, letters as numbers, remainder 1 of 97. */
function isIban(compact: string): boolean {
  const digits = (compact.slice(4) + compact.slice(0, 4))
    .toUpperCase()
    .replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

/** Luhn. */
function isCardNumber(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += index % 2 === 1 ? doubled : digit;
  }
  return sum % 10 === 0;
}
