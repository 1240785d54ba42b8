/** The variable that holds the address of a component: `ORDER_TOOLS_URL` of `order-tools`. */
export function urlVariable(component: string): string {
  return `${component.toUpperCase().replaceAll('-', '_')}_URL`;
}
