#pragma once

#include <string>

namespace e2e::host {

/// "SIGSEGV"; "signal 35" where it has no name.
std::string signal_name(int number);

/// Whoever started this process has it ignore that signal, as nohup does with SIGHUP.
bool is_ignored(int number);

/// What a process came to, by its status of wait(2): "exited with code 3", "killed by SIGSEGV".
std::string describe_wait_status(int wait_status);

}  // namespace e2e::host
