import { openProcessHarness } from './process-harness.ts';
import { targetConformance } from './target-conformance.ts';

targetConformance('process', () => openProcessHarness());
