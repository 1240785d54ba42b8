import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorized, post } from '../support/desk.ts';

interface PartnerAnswer {
  readonly case: {
    readonly reference: string;
    readonly topic: string;
    readonly resolution: { readonly code: string };
  };
  readonly purchase: { readonly number: string; readonly refund?: { readonly amount: number } };
}

test('a partner sends its own case and gets its own answer', async () => {
  const { status, body } = await post<PartnerAnswer>(
    '/v1/partner/webhook',
    {
      case: {
        title: 'Refund',
        description: 'The bottle is broken, please refund it.',
        severity: 'P1',
        reference: 'HD-77',
      },
      requester: { account: 'C-1042', language: 'fr-FR' },
      purchase: { number: 'ORD-104205' },
    },
    authorized(),
  );
  assert.equal(status, 200);
  assert.deepEqual(
    [body.case.reference, body.case.topic, body.case.resolution.code],
    ['HD-77', 'refund', 'REFUNDED'],
  );
  assert.deepEqual(body.purchase, { number: 'ORD-104205', refund: { amount: 48.23, currency: 'EUR' } });
});
