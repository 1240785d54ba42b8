import type { z } from 'zod';
import { addressFault } from '../../core/alerts/receiver.ts';
import { isSecretText } from '../../core/secrets/secret-reference.ts';
import { globFault, pathFault } from '../relative-path.ts';
import { matching, text, type FieldDoc } from './field.ts';

/** One line that is shown to people. */
export function line(doc: FieldDoc, maxLength = 200): z.ZodType<string> {
  return text(doc, (value) => {
    if (value.trim() === '') return { message: 'must not be empty', hint: 'Write a few words.' };
    if (/\p{Cc}/u.test(value)) return { message: 'must be a single line', hint: 'Remove the line break.' };
    if (value.length <= maxLength) return null;
    return { message: `must have at most ${maxLength} characters`, hint: 'Shorten it.' };
  });
}

/** For `/bin/sh -c`; several lines are a script. */
export function command(doc: FieldDoc): z.ZodType<string> {
  return text(doc, (value) => {
    if (value.trim() === '') return { message: 'must not be empty', hint: 'Write the command to run.' };
    return value.includes('\0') ? { message: 'must not contain a NUL character', hint: 'Remove it.' } : null;
  });
}

const oneEmoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\uFE0F?)$/v;

export function emoji(doc: FieldDoc): z.ZodType<string> {
  const refusal = { message: 'must be one emoji', hint: 'Write for example `emoji: 🎫`, or leave it out.' };
  return text(doc, (value) => (oneEmoji.test(value) ? null : refusal));
}

/** What `git check-ref-format --branch` refuses. */
const noBranch = /[\s\p{Cc}~^:?*[\\]|\.\.|\/\/|\/\.|@\{|^[-/.]|[/.]$|\.lock(?:\/|$)|^@?$|^.{201}/u;

export function branch(doc: FieldDoc): z.ZodType<string> {
  const refusal = { message: 'must be the name of a branch', hint: 'Write for example `branch: main`.' };
  return text(doc, (value) => (noBranch.test(value) ? refusal : null));
}

/** Who a person is: what `DEPLOYER_USER` or Git's `user.email` says. */
export function identity(doc: FieldDoc): z.ZodType<string> {
  return matching(/^[^\s,]{1,254}$/, doc, {
    message: 'must be one identity without spaces or commas',
    hint: 'Write an address such as `ops@example.com`; several are items of a list.',
  });
}

/** A file or folder of the integration. */
export function path(doc: FieldDoc): z.ZodType<string> {
  return text(doc, pathFault);
}

/** A file of the integration, or of the machine when it is absolute. */
export function filePath(doc: FieldDoc): z.ZodType<string> {
  return text(doc, (value) => pathFault(value.replace(/^\//, '')));
}

export function glob(doc: FieldDoc): z.ZodType<string> {
  return text(doc, globFault);
}

/** A glob that may leave the folder by leading `../`; whether it stays in the repository is for a rule to say. */
export function outsideGlob(doc: FieldDoc): z.ZodType<string> {
  return text(doc, (value) => globFault(value.replace(/^(?:\.\.\/)+/, '')));
}

/** Path of a request, with a query if need be. */
export function requestPath(doc: FieldDoc): z.ZodType<string> {
  return matching(/^\/(?!\/)[!-"$-~]*$/, doc, {
    message: 'must be a path that begins with one `/`, without spaces, host or `#`',
    hint: 'Write for example `/readyz`.',
  });
}

/** Where a webhook is, or a reference to a secret that says so; whether that leads somewhere is for a rule to say. */
export function webhook(doc: FieldDoc): z.ZodType<string> {
  return text(doc, (value) => {
    const fault = isSecretText(value) ? null : addressFault(value);
    if (fault === null) return null;
    const hint =
      'Write for example `https://hooks.example.com/x`, or keep it secret: `secret://local/alerts#webhook`.';
    return { message: fault, hint };
  });
}
