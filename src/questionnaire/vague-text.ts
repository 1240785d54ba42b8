/** What people type to get past a question. Compared without case, punctuation and blanks at the ends. */
const fillers: ReadonlySet<string> = new Set(
  [
    'tbd, tba, tbc, todo, fixme, wip, xxx, n a, na, nil, null, undefined, void, unknown, unclear',
    'undecided, idk, dunno, no idea, not sure, unsure, no clue, i don t know, don t know, i do not know',
    'do not know, we don t know, we do not know, to be decided, to be defined, to be determined',
    'to be done, to be confirmed, later, soon, maybe, perhaps, it depends, depends, whatever, anything',
    'something, some, any, someone, somebody, anyone, anybody, everyone, everybody, people, stuff',
    'default, the default, standard, normal, usual, as usual, the usual, same, see above, yes, no, y, n',
    'ok, okay, sure, true, false, good, fine, etc, foo, bar, baz, foobar, lorem ipsum, asdf, asdfasdf',
    'qwerty, test, testing, blah, blah blah, answer, text, string, value, placeholder, example',
    'your answer here',
  ].flatMap((line) => line.split(', ')),
);

/** Why a text settles nothing, as a clause; null when it may. `question` are the texts that it must not repeat. */
export function vagueness(text: string, question: readonly string[]): string | null {
  if (text.trim() === '') return 'it is empty';
  const words = wordsOf(text);
  if (words === '') return 'there is no word in it';
  if (!/\p{L}/u.test(words)) return 'it is only a number';
  if (/^\p{L}$/u.test(words)) return 'it is a single letter';
  if (/^(\p{L})\1+$/u.test(words)) return 'it is one letter again and again';
  if (fillers.has(words)) return 'it says nothing that could be acted upon';
  if (question.some((each) => wordsOf(each) === words)) return 'it only repeats the question';
  return null;
}

/** Lower-case words with one blank between them. */
function wordsOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}
