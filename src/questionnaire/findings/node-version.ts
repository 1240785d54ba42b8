/** Whether a range of `engines.node` leaves no room for a major version. What cannot be read refuses nothing. */
export function refusesNode(range: string | null, major: number): boolean {
  if (range === null || range.trim() === '') return false;
  return !range.split('||').some((part) => leavesRoom(part, major));
}

function leavesRoom(part: string, major: number): boolean {
  const spelled = part.replaceAll(/(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2');
  const comparators = spelled.matchAll(/(>=|<=|>|<|\^|~|=)?\s*v?(\d+)(?:\.(\d+|x|\*)(?:\.[\w.*-]+)?)?/g);
  return [...comparators].every(([, sign = '=', number, minor]) => {
    const named = Number(number);
    if (sign === '>=' || sign === '>') return major >= named;
    if (sign === '<=') return major <= named;
    // `<25` leaves room for 24, and so does `<24.5`.
    if (sign === '<') return major < named || (major === named && Number(minor ?? 0) > 0);
    return major === named;
  });
}
