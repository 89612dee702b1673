#pragma once

#include <sys/user.h>
#include <ucontext.h>

#include <cstddef>
#include <cstdint>

namespace e2e::host {

/// A thread's registers that unwinding needs, numbered as DWARF does on this machine: x86-64 0..15 and the
/// program counter as 16; arm64 x0..x30, the stack pointer as 31, the program counter as 32.
struct Registers {
#if defined(__x86_64__)
  static constexpr size_t count = 17, stack_pointer = 7, program_counter = 16;
#elif defined(__aarch64__)
  static constexpr size_t count = 33, stack_pointer = 31, program_counter = 32, link = 30;
#else
#error "which registers does DWARF know here?"
#endif
  uint64_t values[count];

  [[nodiscard]] uint64_t sp() const noexcept { return values[stack_pointer]; }
  [[nodiscard]] uint64_t pc() const noexcept { return values[program_counter]; }
};

/// Those that a signal interrupted. Async-signal-safe.
inline Registers registers_of(const ucontext_t& context) noexcept {
#if defined(__x86_64__)
  const auto& from = context.uc_mcontext.gregs;
  const auto at = [&from](int index) { return static_cast<uint64_t>(from[index]); };
  return {{at(REG_RAX), at(REG_RDX), at(REG_RCX), at(REG_RBX), at(REG_RSI), at(REG_RDI), at(REG_RBP),
           at(REG_RSP), at(REG_R8), at(REG_R9), at(REG_R10), at(REG_R11), at(REG_R12), at(REG_R13),
           at(REG_R14), at(REG_R15), at(REG_RIP)}};
#else
  Registers registers{};
  for (size_t i = 0; i < 31; ++i) registers.values[i] = context.uc_mcontext.regs[i];
  registers.values[Registers::stack_pointer] = context.uc_mcontext.sp;
  registers.values[Registers::program_counter] = context.uc_mcontext.pc;
  return registers;
#endif
}

/// Those that ptrace(2) tells of a stopped thread.
inline Registers registers_of(const user_regs_struct& from) noexcept {
#if defined(__x86_64__)
  return {{from.rax, from.rdx, from.rcx, from.rbx, from.rsi, from.rdi, from.rbp, from.rsp, from.r8, from.r9,
           from.r10, from.r11, from.r12, from.r13, from.r14, from.r15, from.rip}};
#else
  Registers registers{};
  for (size_t i = 0; i < 31; ++i) registers.values[i] = from.regs[i];
  registers.values[Registers::stack_pointer] = from.sp;
  registers.values[Registers::program_counter] = from.pc;
  return registers;
#endif
}

}  // namespace e2e::host
