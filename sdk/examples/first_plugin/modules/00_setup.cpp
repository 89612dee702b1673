#include "../users_page.hpp"

E2E_BEFORE_ALL(UsersPage& page) { page.wait_for_healthy(); }
