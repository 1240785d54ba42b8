import type { Diagram } from '../../core/document/document.ts';
import { htmlText } from '../html/text.ts';
import { drawArchitecture } from './architecture.ts';
import { drawPipeline } from './pipeline.ts';

/** A diagram as SVG that is part of a page. It has a name and a description for whoever cannot see it. */
export function svg(diagram: Diagram): string {
  const { width, height, body } =
    diagram.id === 'pipeline' ? drawPipeline(diagram) : drawArchitecture(diagram);
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const id = `diagram-${diagram.id}`;
  return `<svg role="img" aria-labelledby="${id}-title ${id}-about" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">
<title id="${id}-title">${htmlText(diagram.title)}</title>
<desc id="${id}-about">${htmlText(diagram.description)}</desc>
${body}
</svg>`;
}
