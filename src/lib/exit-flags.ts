/**
 * With these options of Node a program is sure to end. Its exit waits for what is compiled beside the main thread; a
 * compiler that waits for memory waits for the main thread, and then neither ever ends (nodejs/node#54918). So functions
 * are compiled where they run, which costs a program that lives for long nothing that can be measured.
 */
export const exitFlags: readonly string[] = ['--no-concurrent-recompilation'];
