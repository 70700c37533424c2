// The program of the container that holds a Pod's namespaces: it sleeps, reaps orphans, and ends when told to. It is so small that
// it is written down as machine code: no compiler and no registry is needed to start a Pod.

const BASE_ADDRESS = 0x400000;
const HEADERS_LENGTH = 64 + 56;

// Signals 2, 15 and 17 (INT, TERM, CHLD) as a set: signal n is bit n - 1.
const CODE = [
  [0x68, 0x02, 0x40, 0x01, 0x00], //       push 0x14002            the set, on the stack
  [0x48, 0x89, 0xe6], //                   mov  rsi, rsp
  [0x31, 0xff], //                         xor  edi, edi           SIG_BLOCK
  [0x31, 0xd2], //                         xor  edx, edx
  [0x6a, 0x08, 0x41, 0x5a], //             push 8; pop r10         the set's size
  [0x6a, 0x0e, 0x58], //                   push 14; pop rax        rt_sigprocmask
  [0x0f, 0x05], //                         syscall
  // wait (offset 21):
  [0x48, 0x89, 0xe7], //                   mov  rdi, rsp
  [0x31, 0xf6], //                         xor  esi, esi
  [0x31, 0xd2], //                         xor  edx, edx           no deadline
  [0x6a, 0x08, 0x41, 0x5a], //             push 8; pop r10
  [0xb8, 0x80, 0x00, 0x00, 0x00], //       mov  eax, 128           rt_sigtimedwait
  [0x0f, 0x05], //                         syscall
  [0x83, 0xf8, 0x02], //                   cmp  eax, 2
  [0x74, 0x1b], //                         je   end
  [0x83, 0xf8, 0x0f], //                   cmp  eax, 15
  [0x74, 0x16], //                         je   end
  // reap (offset 49):
  [0x6a, 0xff, 0x5f], //                   push -1; pop rdi        any child
  [0x31, 0xf6], //                         xor  esi, esi
  [0x6a, 0x01, 0x5a], //                   push 1; pop rdx         WNOHANG
  [0x45, 0x31, 0xd2], //                   xor  r10d, r10d
  [0x6a, 0x3d, 0x58], //                   push 61; pop rax        wait4
  [0x0f, 0x05], //                         syscall
  [0x85, 0xc0], //                         test eax, eax
  [0x7f, 0xec], //                         jg   reap
  [0xeb, 0xce], //                         jmp  wait
  // end (offset 71):
  [0x31, 0xff], //                         xor  edi, edi
  [0x6a, 0x3c, 0x58], //                   push 60; pop rax        exit
  [0x0f, 0x05], //                         syscall
].flat();

/** A static x86-64 executable. */
export function pauseProgram(): Buffer {
  const length = HEADERS_LENGTH + CODE.length;
  const file = Buffer.alloc(length);
  // ELF header: 64-bit, little-endian, executable, x86-64.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(62, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(BASE_ADDRESS + HEADERS_LENGTH), 24); // entry
  file.writeBigUInt64LE(64n, 32); // program headers
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  // One segment: the whole file, readable and executable.
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  file.writeBigUInt64LE(BigInt(BASE_ADDRESS), 80);
  file.writeBigUInt64LE(BigInt(BASE_ADDRESS), 88);
  file.writeBigUInt64LE(BigInt(length), 96);
  file.writeBigUInt64LE(BigInt(length), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  file.set(CODE, HEADERS_LENGTH);
  return file;
}
