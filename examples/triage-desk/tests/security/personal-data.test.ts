import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post } from '../support/desk.ts';

/** Valid check digits, and not in use anywhere else: if one comes back, it came from here. */
const CANARIES = {
  'an email address': 'canary.7f3a@mail.example.org',
  'an IBAN': 'DE89370400440532013000',
  'a spaced IBAN': 'GB29 NWBK 6016 1331 9268 19',
  'a card number': '4111 1111 1111 1111',
  'a phone number': '+44 20 7946 0958',
} as const;

for (const [name, canary] of Object.entries(CANARIES)) {
  test(`${name} reaches neither the agent nor the reply`, async () => {
    // The preview shows the ticket as the agent gets it.
    const { status, text } = await post('/v1/partner/preview', {
      case: {
        title: `Kettle ${canary}`,
        description: `How do I descale the kettle? My data: ${canary}, thank you.`,
      },
      requester: { account: 'C-1042' },
    });
    assert.equal(status, 200);
    assert.equal(text.includes(canary), false);
    assert.match(text, /Kettle \[(?:email|iban|card|phone)\]/);
  });
}
