#include "run/core_place.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

TEST_CASE("ACoreDumpsPlaceIsReadFromTheKernelsPattern") {
  CHECK(core_place({"core", false}, 77, 11) == "core");
  CHECK(core_place({"core", true}, 77, 11) == "core.77");
  CHECK(core_place({"/var/cores/core.%p", true}, 77, 11) == "/var/cores/core.77");
  CHECK(core_place({"/c/%s-%P-100%%", false}, 77, 11) == "/c/11-77-100%");
  CHECK(core_place({"ends with %", false}, 77, 11) == "ends with %");
}

TEST_CASE("ACoreDumpsPlaceThatOnlyTheKernelKnowsIsSaidSo") {
  CHECK(core_place({"/c/core.%e.%p", false}, 77, 11) == "named by the pattern /c/core.%e.77");
  CHECK(core_place({"|/lib/systemd/systemd-coredump %P %u", false}, 77, 11) == "coredumpctl info 77");
  CHECK(core_place({"|/usr/share/apport/apport -p%p", false}, 77, 11) ==
        "handed to /usr/share/apport/apport");
  CHECK(core_place({"|/bin/true", false}, 77, 11) == "handed to /bin/true");
}
