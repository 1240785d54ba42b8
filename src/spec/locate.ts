import type { Problem } from '../core/definition/problem.ts';
import { dotted, type Fault } from './fault.ts';
import type { YamlSource } from './yaml-source.ts';

/** Faults with their places in the file, in its order, each once. */
export function located(faults: readonly Fault[], source: YamlSource, file: string): readonly Problem[] {
  const problems = faults.map((fault) => locate(fault, source, file));
  const unique = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

function locate(fault: Fault, source: YamlSource, file: string): Problem {
  const { line, column } = source.positionAt(source.offsetOf(fault));
  const { path, message, hint, severity } = fault;
  return { file, line, column, path: dotted(path), message, hint, severity };
}
