#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// What stands behind a service's name in e2e.conf, as lines without indentation or line ends.
using EntryLines = std::vector<std::string>;

/// The text of a configuration file with one more service, as the last of `services:`, indented as its
/// neighbours are; all else stays byte for byte. `shown` is the file's name for messages. Throws Fatal(usage)
/// where the file is no YAML, has that service, or has `services:` in a form that lines can't be added to: it
/// then says what to write by hand.
std::string with_service(const std::string& text, const std::string& shown, const std::string& service,
                         const EntryLines& entry);

}  // namespace e2e::host
