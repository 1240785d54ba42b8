import { documentRequest } from '../../api/requests.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { takeFiles } from '../../revisions/take-files.ts';
import { actorOf, identityOf } from '../actor.ts';
import { integrationParam, parse, query, queryCount } from '../parse.ts';
import type { Handlers } from '../server.ts';
import { documentDiffView } from './document-diff-view.ts';
import { documentIndexView } from './document-index-view.ts';
import { documentView, formatIn, revisionsView, viewOf } from './document-view.ts';

type DocumentHandlers = Pick<
  Handlers,
  'document' | 'documentGiven' | 'documentDiff' | 'documentRevisions' | 'documents'
>;

/** Deployment documents: as they are now, as they were, and from files that somebody gives. */
export function documentHandlers(parts: EngineParts): DocumentHandlers {
  const { db } = parts.database;
  return {
    document: (request, signal) =>
      documentView(
        parts,
        {
          integration: integrationParam(request.params),
          format: formatIn(query(request.query, 'format')),
          revision: queryCount(request.query, 'revision'),
          by: identityOf(request) === null ? null : actorOf(request),
        },
        signal,
      ),
    async documentGiven(request, signal) {
      const given = {
        ...parse(documentRequest, request.body),
        integration: integrationParam(request.params),
        by: actorOf(request),
      };
      return viewOf(await takeFiles(parts, given, signal), 'md');
    },
    documentDiff: (request) =>
      documentDiffView(db, integrationParam(request.params), {
        a: queryCount(request.query, 'a'),
        b: queryCount(request.query, 'b'),
      }),
    documentRevisions: (request) =>
      revisionsView(db, integrationParam(request.params), queryCount(request.query, 'after')),
    documents: (request) =>
      documentIndexView(db, {
        format: formatIn(query(request.query, 'format')),
        after: query(request.query, 'after'),
      }),
  };
}
