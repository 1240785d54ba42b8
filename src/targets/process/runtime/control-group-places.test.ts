import { expect, test } from 'vitest';

import { controlGroupPlaces } from './control-group-places.ts';

const v1 = `30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
31 25 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;
const v2 = '24 23 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
const inContainer = '24 23 0:22 /docker/ab /sys/fs/cgroup ro - cgroup cgroup rw,memory';

test.for([
  {
    case: 'version 1, a group of its own',
    controller: 'memory',
    cgroup: '8:memory:/user/session\n4:cpu,cpuacct:/\n0::/x',
    mountinfo: v1,
    places: { version: 1, parents: ['/sys/fs/cgroup/memory/user/session'] },
  },
  {
    case: 'version 1, controllers mounted together',
    controller: 'cpu',
    cgroup: '8:memory:/user/session\n4:cpu,cpuacct:/\n0::/x',
    mountinfo: v1,
    places: { version: 1, parents: ['/sys/fs/cgroup/cpu,cpuacct'] },
  },
  {
    case: 'version 2, its ancestors too',
    controller: 'memory',
    cgroup: '0::/user.slice/user-1000.slice/app.scope\n',
    mountinfo: v2,
    places: {
      version: 2,
      parents: [
        '/sys/fs/cgroup/user.slice/user-1000.slice/app.scope',
        '/sys/fs/cgroup/user.slice/user-1000.slice',
        '/sys/fs/cgroup/user.slice',
        '/sys/fs/cgroup',
      ],
    },
  },
  {
    case: 'a part of the hierarchy, as in a container',
    controller: 'memory',
    cgroup: '8:memory:/docker/ab/child',
    mountinfo: inContainer,
    places: { version: 1, parents: ['/sys/fs/cgroup/child'] },
  },
  {
    case: 'a group outside of what is mounted',
    controller: 'memory',
    cgroup: '8:memory:/elsewhere',
    mountinfo: inContainer,
    places: { version: 1, parents: ['/sys/fs/cgroup'] },
  },
  { case: 'no control groups', controller: 'memory', cgroup: '', mountinfo: '', places: null },
] as const)('$case', ({ controller, cgroup, mountinfo, places }) => {
  expect(controlGroupPlaces(controller, { cgroup, mountinfo })).toEqual(places);
});
