import { expect, test } from 'vitest';

import { hasSecret, holdsSecret, isPrivate } from './variables.ts';

test.each([
  'postgres://app:s3cret@db:5432/app',
  'redis://:s3cret@redis:6379',
  'redis://:s3/cret@redis:6379',
  'redis://:one@a:6379,redis://:two@b:6379',
  'jdbc:postgresql://app:s3cret@db/app',
  'guest:guest@rabbitmq:5672',
  'https://ghp@git.example.com/desk.git',
  'postgres://db/app?user=app&password=s3cret',
  'https://api.example.com/v1?access_token=abc',
  'https://api.example.com/v1?api-key=abc',
  'https://desk.azurewebsites.net/api/notify?code=abc&clientId=default',
  'https://files.example.com/a?sv=2024&sig=abc',
  'Server=db;User Id=sa;Password=s3cret',
  'AccountName=desk;AccountKey=abc==;EndpointSuffix=core.windows.net',
  'Endpoint=sb://desk/;SharedAccessKeyName=root;SharedAccessKey=abc',
  'x-api-key=abc,x-team=desk',
  'authorization=Bearer abc',
  '-Xmx1g -Djavax.net.ssl.trustStorePassword=abc',
  'https://hooks.slack.com/services/T0/B0/abc',
  'https://discord.com/api/webhooks/1/abc',
  'https://desk.webhook.office.com/webhookb2/abc',
  'sk-proj-abcdefgh12345678',
  'sk-ant-api03-abcdefgh12345678',
  'xoxb-123456789-abcdefgh',
  'github_pat_abcdefgh12345678',
  'AKIAIOSFODNN7EXAMPLE',
  '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----',
])('%s has a secret in it, whatever it is called', (value) => {
  expect(hasSecret(value)).toBe(true);
});

test.each([
  'info',
  '8080',
  'http://agent:8080/v1',
  'https://api.example.com/v1?version=2&page=1',
  'https://user-guide.example.com/@scope/name',
  'postgres://db:5432/app',
  'postgres://app@db/app',
  'redis://redis:6379/0',
  'ops@example.com',
  'mailto:ops@example.com',
  'registry.example.com/desk:1@sha256:0123456789abcdef',
  '-Xmx1g -Dfile.encoding=UTF-8',
  'keyspace=desk;tokenizer=simple',
  'sk-learn',
])('%s has none', (value) => {
  expect(hasSecret(value)).toBe(false);
});

test.each([
  ['ALERT_WEBHOOK_URL', 'https://hooks.example.com/abc', true],
  ['TEAM_WEBHOOK', 'https://hooks.example.com/abc', true],
  ['ALERT_WEBHOOK_URL', 'https://hooks.example.com', false],
  ['DATABASE_URL', 'postgres://app@db/app', true],
  ['DATABASE_URL', 'postgres://db/app?sslmode=require', true],
  ['REDIS_URL', 'redis://queue:6379/0', false],
  ['CONNECTION_STRING', 'Server=db;Database=app', true],
  ['LOG_LEVEL', 'https://example.com/a?b=c', false],
])('%s: %s is private: %s', (name, value, is) => {
  expect(holdsSecret(name) && isPrivate(value)).toBe(is);
});
