#pragma once

#include <string>
#include <string_view>

namespace e2e::host {

// What a value of the configuration may be. Each function returns what the value must be ("must start with
// '/'"), or an empty text where it is in order.

/// A service's or an environment's name: 1 to 64 letters, digits, '.', '_' and '-'.
std::string name_problem(std::string_view name);
/// http://HOST[:PORT][/PATH] or https://; no query, no fragment, no blanks. USER:PASSWORD@ may precede the
/// host.
std::string base_url_problem(std::string_view url);
/// A path from the root, with or without a query.
std::string endpoint_problem(std::string_view path);
/// A header's name: an RFC 9110 token.
std::string header_name_problem(std::string_view name);
/// A header's value: no control characters other than tab (RFC 9110, section 5.5).
std::string header_value_problem(std::string_view value);
/// A command for a shell.
std::string command_problem(std::string_view command);

/// A pack: ID, or ID@VERSION.
std::string pack_name_problem(std::string_view name);

/// The folder of reports.
std::string report_folder_problem(std::string_view path);

/// True where the value of that header is a credential, which nothing may show.
bool is_secret_header(std::string_view name);
/// The URL without what may be a password.
std::string without_password(std::string_view url);
/// ASCII lower case, as header names are compared.
std::string lower_case(std::string_view text);

}  // namespace e2e::host
