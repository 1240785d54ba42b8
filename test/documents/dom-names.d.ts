// Types of playwright-core and axe-core name those of a page. Nothing here runs in one, so they stay empty.
interface Node {}
interface Element extends Node {}
interface HTMLElement extends Element {}
interface SVGElement extends Element {}
interface HTMLElementTagNameMap {
  [name: string]: HTMLElement;
}
interface NodeList {}
interface DOMRect {}
interface Document {}
interface Window {}
