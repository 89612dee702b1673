#pragma once

#include <string>
#include <vector>

/// What is to come of each bad plugin (tests/plugins/bad), in one place.
namespace e2e_test {

/// A plugin that is refused before anything runs.
struct RefusedPlugin {
  const char* name;
  int exit_code;
  const char* sentence;  ///< what is said of it contains this
};

inline const std::vector<RefusedPlugin> refused_plugins = {
    {"constructor_crashes", 4,
     "its code ended the process that loaded it: SIGSEGV at address 0x0 (null dereference)"},
    {"constructor_aborts", 4, "its code ended the process that loaded it: SIGABRT"},
    {"constructor_exits", 4, "its code ended the process that loaded it: called exit(0)"},
    {"constructor_exits_at_once", 4, "its code ended the process that loaded it: called _exit(3)"},
    {"constructor_kills_itself", 4, "its code ended the process that loaded it: killed by SIGKILL"},
    {"constructor_execs", 4, "its code ended the process that loaded it: called _exit(0)"},
    {"constructor_hangs", 4, "its constructors or init() hang"},
    {"init_crashes", 4, "its code ended the process that loaded it: SIGSEGV"},
    {"init_exits", 4, "its code ended the process that loaded it: called exit(0)"},
    {"init_fails", 4, "its init() failed: it did not say why"},
    {"init_returns_garbage", 4, "its init() failed: it did not say why"},
    {"entry_returns_null", 4, "e2e_plugin_v1() returned null"},
    {"entry_crashes", 4, "its code ended the process that loaded it: SIGSEGV"},
    {"wrong_magic", 4, "its plugin struct begins with 0x00000007"},
    {"struct_size_0", 4, "its plugin struct says it has 0 bytes"},
    {"struct_size_16", 4, "its plugin struct has no init()"},
    {"struct_size_cuts_run", 4, "its plugin struct has no run()"},
    {"future_major", 4, "needs plugin ABI 2.0, this host offers 1.0: update e2e-host"},
    {"future_minor", 4, "needs plugin ABI 1.99, this host offers 1.0: update e2e-host"},
    {"null_init", 4, "its plugin struct has no init()"},
    {"null_test_count", 4, "its plugin struct has no test_count()"},
    {"null_test_at", 4, "its plugin struct has no test_at()"},
    {"null_scope_open", 4, "its plugin struct has no scope_open()"},
    {"null_scope_close", 4, "its plugin struct has no scope_close()"},
    {"null_run", 4, "its plugin struct has no run()"},
    {"requires_what_is_not_there", 4, "requires the extension e2e.nobody-has-this/9"},
    {"list_empty", 3, "nothing to run: the plugins have no tests"},
    {"list_huge", 4, "says it has 4294967295 tests; the limit is 100000"},
    {"list_count_crashes", 4, "its code ended the process that loaded it: SIGABRT"},
    {"desc_null", 4, "describes a test by a null or too small struct"},
    {"desc_wild", 4, "its code ended the process that loaded it: SIGSEGV at address 0x40"},
    {"desc_size_0", 4, "describes a test by a null or too small struct"},
    {"name_null", 4, "describes a test whose name"},
    {"name_empty", 2, "describes a test named 'm::'"},
    {"name_long", 2, "a name is 1 to 200 bytes"},
    {"name_huge", 4, "describes a test whose name is longer than 4096 bytes"},
    {"name_endless", 4, "describes a test whose name is longer than 4096 bytes"},
    {"name_control", 2, "describes a test named 'm::b\\x1B[2Jd\\n'; a name is"},
    {"name_invalid_utf8", 2, "describes a test named 'm::b\\xFF\\xFE\\xC0'"},
    {"name_of_two", 2, "describes a test named 'm::b::d'"},
    {"module_invalid", 2, "describes a test named 'm\\x80::bad'"},
    {"names_twice", 2, "test bad::m::before exists already"},
    {"annotations_null", 4, "test m::bad has more than 1000 annotations"},
    {"annotations_many", 4, "test m::bad has more than 1000 annotations"},
};

/// A plugin whose test "bad" misbehaves. Its tests "before" and "after" pass, whatever that does.
struct BadTest {
  const char* name;
  const char* status;             ///< of "bad"
  const char* reason;             ///< the attempt's reason, or one of its notes, contains this
  bool is_for_all_cells = false;  ///< run in each cell that has processes, with 1 and 8 workers
  bool is_for_none = false;       ///< run under isolation none, with 1 and 8 workers, too
};

inline const std::vector<BadTest> bad_tests = {
    {"segfaults", "crashed", "SIGSEGV at address 0x0 (null dereference)", true},
    {"aborts", "crashed", "SIGABRT: abort(), a failed assert() or std::terminate()", true},
    {"divides_by_zero", "crashed", "SIGFPE"},
    {"runs_what_is_no_code", "crashed", "SIG"},
    {"overflows", "crashed", "SIGSEGV: stack overflow"},
    {"exits", "crashed", "called exit(0)", true},
    {"exits_at_once", "crashed", "called _exit(0)"},
    {"exits_quickly", "crashed", "called exit(0)"},
    {"kills_itself", "crashed", "killed by SIGKILL, which e2e-host did not send", true},
    {"kills_its_group", "crashed", "killed by SIGKILL, which e2e-host did not send", true},
    {"terminates_itself", "crashed", "killed by SIGTERM"},
    {"hangs", "timed_out", "no end within 1000 ms; it did not stop when asked to, and was killed", true},
    {"spins", "timed_out", "no end within 1000 ms; it did not stop when asked to, and was killed"},
    {"stops_itself", "timed_out", "no end within 1000 ms; it ignored SIGTERM, and was killed"},
    {"ignores_term", "timed_out", "no end within 1000 ms; it ignored SIGTERM, and was killed", true},
    {"blocks_everything", "timed_out", "no end within 1000 ms; it ignored SIGTERM, and was killed"},
    {"catches_its_fault", "crashed", "called _exit(9)"},
    {"starts_phases_for_ever", "timed_out", "all phases took longer together than"},
    {"hangs_in_before_each", "timed_out", "before_each took longer than 500 ms"},
    {"hangs_in_after_each", "timed_out", "after_each took longer than 200 ms"},
    {"hangs_in_cleanup", "timed_out", "cleanup took longer than 200 ms"},
    {"makes_itself_undumpable", "timed_out", "no end within 1000 ms"},
    {"execs", "crashed", "replaced its worker with another program (exec)"},
    {"closes_all", "crashed", "closed the descriptors of its worker", true},
    {"writes_garbage_to_sockets", "crashed", "broke the control channel: a frame of an impossible size",
     true},
    {"scribbles_over_the_slot", "crashed", "broke the control channel"},
    {"leaves_a_child", "failed", "behind; killed", true},
    {"leaves_a_daemon", "failed", "behind; killed", true},
    {"child_goes_on_with_the_tests", "failed", "behind; killed", true},
    {"leaves_a_zombie", "passed", ""},
    {"leaves_a_thread", "passed", "", true},
    {"exits_in_a_thread", "crashed", "called _exit(4)"},
    {"returns_garbage", "error", "", false, true},
    {"reports_null", "error", "", false, true},
    {"reports_wild_text", "crashed", "SIGSEGV at address 0x40"},
    {"reports_without_end", "failed", "99000 more things were reported than are kept", false, true},
    {"ends_steps_that_it_never_began", "passed", "", false, true},
    {"never_ends_a_step", "passed", "10000 more things were reported than are kept", false, true},
    {"writes_hostile_text", "passed", "", false, true},
    {"uses_all_memory", "failed", "a worker may use 256 MiB of memory (limits.memory)"},
    {"writes_without_memory", "crashed", "a worker may use 256 MiB of memory (limits.memory)"},
    {"aborts_without_memory", "crashed", "a worker may use 256 MiB of memory (limits.memory)"},
    {"opens_all_files", "failed", "a worker may have 100 files open (limits.open_files)"},
    {"forks_without_end", "failed", "a worker may have 64 processes and threads (limits.processes)"},
    {"writes_without_end", "error", "wrote more than 1 MiB (limits.output)"},
    {"fails_as_a_sanitizer", "crashed", "called _exit(1); AddressSanitizer: heap-use-after-free on address"},
    {"changes_everything", "passed", "", true},
    {"clears_its_environment", "passed", "", true},
    {"closes_its_output", "passed", ""},
    {"renames_itself", "passed", ""},
    {"struct_size_huge", "passed", "", false, true},
    {"desc_size_huge", "passed", "", false, true},
    {"deinit_crashes", "passed", ""},
    {"init_ends_a_step", "passed", "", false, true},
};

/// A plugin whose scope does not open: each of its tests ends so.
inline const std::vector<BadTest> bad_openings = {
    {"scope_open_crashes", "crashed", "in before_all: SIGSEGV at address 0x0 (null dereference)"},
    {"scope_open_exits", "crashed", "in before_all: called _exit(0)"},
    {"scope_open_fails", "error", "", false, true},
    {"scope_open_hangs", "timed_out",
     "before_all took longer than 500 ms; it did not stop when asked to, and was killed"},
    {"list_changes", "error", "lists other tests now than when it was described"},
    {"constructor_closes_all", "crashed", "closed the descriptors of its worker"},
};

/// A plugin whose scope does not close: its tests have passed, and after_all fails.
inline const std::vector<BadTest> bad_closings = {
    {"scope_close_crashes", "", "SIGSEGV at address 0x0 (null dereference)"},
    {"scope_close_exits", "", "called exit(0)"},
    {"scope_close_fails", "", "", false, true},
    {"scope_close_hangs", "", "after_all took longer than 2000 ms"},
};

}  // namespace e2e_test
