// A small file system of its own, to be filled to the last byte. Only root can make one.
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIZE_MIB = 400;

/** Why a disk cannot be filled here; undefined when it can. */
export function whyNoSmallDisk() {
  if (process.platform !== 'linux') return 'only Linux lets a small file system be made in memory';
  if (process.getuid() !== 0) return 'a small file system to fill can be made by root alone';
  const folder = mkdtempSync(join(tmpdir(), 'waymark-faults-disk-'));
  const tried = mount(folder, 1);
  if (tried.status === 0) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return tried.status === 0 ? undefined : `no small file system can be made: ${tried.stderr.trim()}`;
}

export function smallDisk() {
  const mounted = mkdtempSync(join(tmpdir(), 'waymark-faults-disk-'));
  chmodSync(mounted, 0o755);
  const done = mount(mounted, SIZE_MIB);
  if (done.status !== 0) throw new Error(done.stderr);
  const unmount = () => {
    spawnSync('umount', ['-l', mounted]);
    rmSync(mounted, { recursive: true, force: true });
  };
  process.once('exit', unmount);
  const filler = join(mounted, 'filler');
  const folder = join(mounted, 'place');
  mkdirSync(folder);
  return {
    folder,
    disk: { fill: () => fill(filler), makeRoom: () => rmSync(filler) },
    end() {
      process.off('exit', unmount);
      unmount();
    },
  };
}

function mount(folder, mebibytes) {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'tmpfs', folder], { encoding: 'utf8' });
}

function fill(file) {
  const handle = openSync(file, 'w');
  try {
    for (const size of [1 << 20, 4_096, 1]) writeAll(handle, Buffer.alloc(size, 1));
  } finally {
    closeSync(handle);
  }
}

function writeAll(handle, block) {
  for (;;) {
    try {
      writeSync(handle, block);
    } catch (error) {
      if (error.code === 'ENOSPC') return;
      throw error;
    }
  }
}
