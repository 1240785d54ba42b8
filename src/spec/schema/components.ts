import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { roles, type Role } from '../../core/definition/integration.ts';
import { environmentVariables, resourcesSection, type EnvSection, type ResourcesSection } from './shape.ts';
import { list, meta, oneOf, wholeNumber, yesOrNo } from './field.ts';
import { keyed, name, namePattern } from './names.ts';
import { duration } from './quantities.ts';
import { command, glob, line, path, requestPath } from './texts.ts';

interface HealthSection {
  readonly ready?: string;
  readonly live?: string;
  readonly run?: string;
  readonly seconds?: number;
}

export interface ComponentSection {
  readonly role: Role;
  readonly path?: string;
  readonly image?: string;
  readonly build?: string;
  readonly run: string;
  readonly dockerfile?: string;
  readonly port?: number;
  readonly public?: boolean;
  readonly health?: HealthSection;
  readonly needs?: readonly string[];
  readonly env?: EnvSection;
  readonly resources?: ResourcesSection;
  readonly active?: 'always' | 'when-live';
  readonly overlap?: boolean;
  readonly drain?: string;
  readonly timeout?: string;
  readonly exclude?: readonly string[];
  readonly scope?: 'deployment' | 'environment';
}

const healthSection: z.ZodType<HealthSection> = z
  .strictObject({
    ready: requestPath({
      description: 'GET path that answers 200-399 when the component can take requests.',
      examples: ['/readyz'],
      defaultText: 'the port accepts TCP',
    }).exactOptional(),
    live: requestPath({
      description:
        'GET path that answers 200-399 while the component works; three failures in a row restart the replica.',
      examples: ['/healthz'],
      defaultText: 'not asked',
    }).exactOptional(),
    run: command({
      description: 'For a component without a port: a command that exits 0 when the component is ready.',
      examples: ['node src/is-ready.ts'],
      defaultText: 'ready when alive for `seconds`',
    }).exactOptional(),
    seconds: wholeNumber(
      { min: 1, max: 3600 },
      {
        description:
          'Seconds allowed to become ready; without a port and `run`, the seconds that it must stay alive.',
        examples: [30],
        defaultText: `${defaults.readySeconds}; ${defaults.aliveSeconds} without a port and \`run\``,
      },
    ).exactOptional(),
  })
  .meta(
    meta({
      description: 'How Deployer sees that a replica is ready and well.',
      examples: [{ ready: '/readyz', live: '/healthz' }],
    }),
  );

const example = { role: 'service', path: '.', run: 'node main.ts', port: 8080, public: true };

const componentSection: z.ZodType<ComponentSection> = z
  .strictObject({
    role: oneOf(roles, { description: 'What the component is for.', examples: ['agent'] }),
    path: path({
      description:
        'Folder with the sources. After the build, all of it is the artifact, git-ignored output included, without `.git` and `exclude`. A component has either `path` or `image`.',
      examples: ['services/agent'],
    }).exactOptional(),
    image: line({
      description: 'Not yet acted on. A foreign image, resolved to a digest at release.',
      examples: ['registry.example.com/tools:1.4'],
    }).exactOptional(),
    build: command({
      description: 'Runs in `path` before the artifact is packed.',
      examples: ['npm ci --omit=dev'],
      defaultText: 'nothing to build',
    }).exactOptional(),
    run: command({ description: 'Starts the component, in its folder.', examples: ['node src/main.ts'] }),
    dockerfile: path({
      description: 'Dockerfile inside `path`, for targets that run images; it is part of the content.',
      examples: ['Dockerfile'],
    }).exactOptional(),
    port: wholeNumber(
      { min: 1, max: 65_535 },
      {
        description:
          'The port inside a container. On `process` it says that the component listens: on the port in the variable `PORT`.',
        examples: [8080],
        defaultText: 'the component does not listen',
      },
    ).exactOptional(),
    public: yesOrNo({
      description: 'Whether the edge sends users to it. Exactly one component is public.',
      examples: [true],
      default: false,
    }).exactOptional(),
    health: healthSection.exactOptional(),
    needs: list(name({ description: 'Name of a component.', examples: ['tools'] }), {
      description:
        'Components that start first. For each that listens, its address is in `<COMPONENT>_URL` (`tools` in `TOOLS_URL`).',
      examples: [['tools', 'model']],
      default: [],
    }).exactOptional(),
    env: environmentVariables(
      'Environment variables, of the build too, which gets no secrets.',
    ).exactOptional(),
    resources: resourcesSection('Limits of one replica.').exactOptional(),
    active: oneOf(['always', 'when-live'], {
      description:
        '`when-live`: started only when its deployment becomes stable; the old one ends before the new one starts. `always`: started with the candidate.',
      examples: ['when-live'],
      defaultText:
        '`when-live` for the role `worker`, else `always`; with `scope: environment` always `always`',
    }).exactOptional(),
    overlap: yesOrNo({
      description: 'For `when-live`: the new one starts before the old one is told to stop.',
      examples: [true],
      default: false,
    }).exactOptional(),
    drain: duration(
      { description: 'Time between SIGTERM and SIGKILL.', examples: ['30s'], default: defaults.drain },
      { max: '1h' },
    ).exactOptional(),
    timeout: duration(
      { description: 'Time allowed for `build`.', examples: ['15m'], default: defaults.timeout },
      { min: '1s', max: '1d' },
    ).exactOptional(),
    exclude: list(glob({ description: 'A glob in `path`.', examples: ['test/**'] }), {
      description: 'Files that stay out of the artifact.',
      examples: [['test/**', '*.md']],
      default: [],
    }).exactOptional(),
    scope: oneOf(['deployment', 'environment'], {
      description:
        '`environment`: it exists once per environment, keeps its data in the folder `DATA_DIR`, always has one replica, and is outside switch and rollback ([Residents](residents.md)).',
      examples: ['environment'],
      default: 'deployment',
    }).exactOptional(),
  })
  .meta(meta({ description: 'One deployable part.', examples: [example] }));

export type ComponentsSection = Readonly<Record<string, ComponentSection>>;

export const componentsSection: z.ZodType<ComponentsSection> = z
  .record(
    keyed({ description: 'Name of the component.', examples: ['agent'] }, namePattern),
    componentSection,
  )
  .meta(
    meta({
      description: 'The deployable parts by name. Exactly one is public.',
      examples: [{ web: example }],
    }),
  );
