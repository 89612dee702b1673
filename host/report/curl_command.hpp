#pragma once

#include <string>
#include <string_view>

#include "events/event.hpp"

namespace e2e::host {

/// The text as one word of a POSIX shell command line. It has no control character and no newline, whatever
/// the text has: such bytes are written as `"$(printf '\033')"`. Of those texts, newlines at the end are
/// lost, as the shell does; NUL bytes too.
std::string shell_word(std::string_view text);

/// Whether the record holds only the beginning of the request's body.
bool is_request_body_cut(const ExchangeRecord& exchange);

/// A command line, one line, that sends the exchange's request again, with its secrets as the record has them
/// (`***`). Works when pasted into any POSIX shell. A body that a command line can't hold comes through a
/// pipe, byte for byte; where is_request_body_cut(), it asks for the file `request-body`.
std::string curl_command(const ExchangeRecord& exchange);

}  // namespace e2e::host
