import { readdirSync, readFileSync } from 'node:fs';

export interface Article {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export type Search = (query: string, count: number) => Article[];

/** How fast a repeated word stops counting, and how much long articles are held back: the usual values. */
const K1 = 1.2;
const B = 0.75;

interface Document {
  readonly article: Article;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

/** Okapi BM25 over the articles of a folder. */
export function createSearch(articles: readonly Article[]): Search {
  const documents = articles.map(toDocument);
  const averageLength = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;

  function rarity(word: string): number {
    const found = documents.filter(({ counts }) => counts.has(word)).length;
    return Math.log(1 + (documents.length - found + 0.5) / (found + 0.5));
  }

  function score({ counts, length }: Document, word: string): number {
    const count = counts.get(word) ?? 0;
    return (count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / averageLength));
  }

  return function search(query, count) {
    const words = [...new Set(wordsOf(query))].map((word) => ({ word, weight: rarity(word) }));
    return documents
      .map((document) => ({
        article: document.article,
        score: words.reduce((sum, { word, weight }) => sum + weight * score(document, word), 0),
      }))
      .filter((found) => found.score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, count)
      .map((found) => found.article);
  };
}

/** One Markdown file per article: the title in the first line, the text below. */
export function readArticles(folder: URL): Article[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => {
      const [title = '', ...rest] = readFileSync(new URL(name, folder), 'utf8').split('\n');
      return { id: name.replace('.md', ''), title: title.replace('# ', ''), text: rest.join('\n').trim() };
    });
}

/** The title says best what an article is about, so its words count three times. */
function toDocument(article: Article): Document {
  const words = wordsOf(`${article.title} ${article.title} ${article.title} ${article.text}`);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { article, counts, length: words.length };
}

const STOP_WORDS = new Set(
  'and are but can could did does for from have has how into like may our out please that the their then there they this what when where which who why will with would you your'.split(
    ' ',
  ),
);

/** Words without the endings that change from sentence to sentence, and without those that every sentence has. */
function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z]{3,}/g) ?? [])
    .filter((word) => !STOP_WORDS.has(word))
    .map((word) => word.replace(/(?:ing|ed|s)$/, ''));
}
