import { urlVariable } from '../../core/definition/url-variable.ts';
import type { Candidate } from './candidates.ts';
import type { DraftComponent } from './draft.ts';

/** Components as they go together: who needs whom, in which order they start, and who users get to. */
export function together(
  components: readonly DraftComponent[],
  candidates: readonly Candidate[],
): readonly DraftComponent[] {
  const connected = withNeeds(components, candidates);
  const chosen = publicOne(connected, candidates);
  return connected.map((component) => (component.name === chosen ? opened(component) : component));
}

function withNeeds(
  components: readonly DraftComponent[],
  candidates: readonly Candidate[],
): readonly DraftComponent[] {
  const byService = new Map(candidates.map(({ service, name }) => [service?.name ?? name, name]));
  const settled = new Map<string, readonly string[]>();
  return components.map((component, index) => {
    const said = (candidates[index]?.service?.needs ?? []).flatMap((name) => byService.get(name) ?? []);
    const wanted = [...new Set([...said, ...component.needs])].filter((name) => name !== component.name);
    const needs = wanted.filter((name) => mayNeed(component, name, { components, settled }));
    settled.set(component.name, needs);
    // Deployer says where those are, under these names.
    const given = new Set(needs.map(urlVariable));
    const lost = component.needs.filter((name) => name !== component.name && !needs.includes(name));
    return {
      ...component,
      needs,
      env: component.env.filter(({ name }) => !given.has(name)),
      remarks: [
        ...component.remarks,
        ...lost.map(
          (name) =>
            `It asks \`${name}\`, which starts after it, so that nothing tells it ${urlVariable(name)}.`,
        ),
      ],
    };
  });
}

interface Others {
  readonly components: readonly DraftComponent[];
  /** What those before it need. */
  readonly settled: ReadonlyMap<string, readonly string[]>;
}

function mayNeed(component: DraftComponent, name: string, { components, settled }: Others): boolean {
  const other = components.find((each) => each.name === name);
  if (other === undefined) return false;
  // A worker starts last, so nothing that serves a candidate can wait for it.
  if (other.role === 'worker' && component.role !== 'worker') return false;
  // Of two that ask each other one starts first.
  return !leadsTo(name, component.name, settled);
}

function leadsTo(from: string, to: string, needs: ReadonlyMap<string, readonly string[]>): boolean {
  return (needs.get(from) ?? []).some((next) => next === to || leadsTo(next, to, needs));
}

/** Exactly one: what calls itself a gateway, else what a compose file opens, else what nobody else needs. */
function publicOne(components: readonly DraftComponent[], candidates: readonly Candidate[]): string | null {
  const able = components.filter(({ role }) => role !== 'worker');
  const listening = able.filter(({ port }) => port !== null);
  const from = listening.length > 0 ? listening : able.length > 0 ? able : components;
  const published = (name: string): boolean =>
    candidates.find((candidate) => candidate.name === name)?.service?.isPublished === true;
  const isNeeded = (name: string): boolean => components.some(({ needs }) => needs.includes(name));
  const worth = ({ name, role }: DraftComponent): number =>
    (role === 'api-gateway' ? 8 : 0) +
    (published(name) ? 4 : 0) +
    (isNeeded(name) ? 0 : 2) +
    (role === 'agent' || /web|front|ui/.test(name) ? 1 : 0);
  return from.toSorted((a, b) => worth(b) - worth(a))[0]?.name ?? null;
}

/** Users have to be let in somewhere: of what was not seen to listen it is assumed, and said. */
function opened(component: DraftComponent): DraftComponent {
  const { port, role, remarks } = component;
  return {
    ...component,
    isPublic: true,
    role: role === 'worker' ? 'service' : role,
    port: port ?? 8080,
    remarks:
      port === null
        ? [
            ...remarks,
            'Nothing here was seen to listen: users need a component that does, on the port in PORT.',
          ]
        : remarks,
  };
}
