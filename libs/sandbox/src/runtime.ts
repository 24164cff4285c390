/**
 * What runs the programs: `gvisor`, a kernel of its own in user space; `sandlock`, Landlock and system call filters of the host's kernel;
 * `unsafe-process`, resource limits and nothing else.
 */
export type Runtime = 'gvisor' | 'sandlock' | 'unsafe-process';

/** How gVisor intercepts system calls. */
export type GvisorPlatform = 'systrap' | 'ptrace' | 'kvm';

/** Settings of the runtime `gvisor`. */
export interface GvisorOptions {
  /** The runsc program. @default runsc on the PATH, else the one that `tools/install-runsc.sh` has put into `.cache` */
  readonly runscPath?: string;
  /** @default systrap, and where no sandbox starts with it, ptrace */
  readonly platform?: GvisorPlatform;
  /** Folder for the files of running sandboxes. @default one in the system's temporary folder, by user */
  readonly stateRoot?: string;
}
