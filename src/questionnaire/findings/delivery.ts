import type { Finding } from './finding.ts';
import { isAside, type Listing, pathsLike } from './listing.ts';
import { readYamlFile } from './yaml-file.ts';

/** Where other tools than this one build, test or roll out the same sources. */
const ciFiles = [
  { name: 'GitHub Actions', value: 'github-actions', file: /^\.github\/workflows\/[^/]+\.ya?ml$/ },
  { name: 'GitLab CI', value: 'gitlab-ci', file: /^\.gitlab-ci\.ya?ml$/ },
  { name: 'Jenkins', value: 'jenkins', file: /(?:^|\/)Jenkinsfile$/ },
  { name: 'CircleCI', value: 'circleci', file: /^\.circleci\/config\.ya?ml$/ },
  { name: 'Azure Pipelines', value: 'azure-pipelines', file: /^azure-pipelines\.ya?ml$/ },
  { name: 'Bitbucket Pipelines', value: 'bitbucket-pipelines', file: /^bitbucket-pipelines\.ya?ml$/ },
] as const;

const infrastructureFiles = [
  { name: 'Helm chart', value: 'helm', file: /(?:^|\/)Chart\.ya?ml$/ },
  { name: 'Kustomize', value: 'kustomize', file: /(?:^|\/)kustomization\.ya?ml$/ },
  { name: 'Terraform', value: 'terraform', file: /\.tf$/ },
  { name: 'Pulumi', value: 'pulumi', file: /(?:^|\/)Pulumi\.ya?ml$/ },
  {
    name: 'CloudFormation',
    value: 'cloudformation',
    file: /(?:^|\/)(?:cloudformation|template)\.(?:ya?ml|json)$/,
  },
] as const;

/** One of the tools above, with the file by which it was seen. */
export interface FoundTool {
  readonly name: string;
  readonly value: string;
  readonly paths: readonly string[];
}

export function ciOf(listing: Listing): readonly FoundTool[] {
  return toolsIn(listing, ciFiles);
}

export function infrastructureOf(listing: Listing): readonly FoundTool[] {
  const tools = toolsIn(listing, infrastructureFiles).flatMap((tool) => {
    if (tool.value !== 'cloudformation') return [tool];
    const paths = tool.paths.filter((path) => /AWSTemplateFormatVersion/.test(listing.read(path) ?? ''));
    return paths.length === 0 ? [] : [{ ...tool, paths }];
  });
  const manifests = kubernetesManifests(listing);
  return manifests.length === 0
    ? tools
    : [{ name: 'Kubernetes manifests', value: 'kubernetes', paths: manifests }, ...tools];
}

export function toolFindings(
  kind: 'delivery' | 'infrastructure',
  tools: readonly FoundTool[],
): readonly Finding[] {
  return tools.map(({ name, paths }) => ({
    kind,
    what: paths.length === 1 ? name : `${name} (${paths.length} files)`,
    at: { path: paths[0] ?? '', line: null },
    sure: 'certain',
  }));
}

function toolsIn(
  listing: Listing,
  tools: readonly { readonly name: string; readonly value: string; readonly file: RegExp }[],
): readonly FoundTool[] {
  return tools.flatMap(({ name, value, file }) => {
    const paths = pathsLike(listing, file).filter((path) => !isAside(path));
    return paths.length === 0 ? [] : [{ name, value, paths }];
  });
}

const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Service', 'Ingress']);
/** Enough to say that there are some. */
const manifestsRead = 50;
/** What is larger was generated, or is data. */
const largestManifest = 64 * 1024;

/** By what they say, whatever their folder is called. Templates of a chart are no YAML, and known by their chart. */
function kubernetesManifests(listing: Listing): readonly string[] {
  const manifests: { readonly path: string; readonly text: string }[] = [];
  for (const { path, size } of listing.files) {
    if (manifests.length === manifestsRead) break;
    if (!/\.ya?ml$/.test(path) || size > largestManifest || isAside(path)) continue;
    const text = listing.read(path) ?? '';
    if (/^kind:/m.test(text) && /^apiVersion:/m.test(text) && !text.includes('{{'))
      manifests.push({ path, text });
  }
  return manifests
    .filter(({ text }) => readYamlFile(text).some(({ value }) => isWorkload(value)))
    .map(({ path }) => path);
}

function isWorkload(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('apiVersion' in value))
    return false;
  return typeof value.kind === 'string' && workloads.has(value.kind);
}
