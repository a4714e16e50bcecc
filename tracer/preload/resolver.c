/* SPDX-License-Identifier: MIT */
/*
 * Names of hosts, users and groups: questions that libc may put to servers.
 * Its own polls and reads on the way are not seen, and need not be.
 */
#include "blocks.h"

#include <arpa/nameser.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <resolv.h>

#define ASKS(call, type, name, parameters, arguments)                          \
    LS_BLOCKS(call, ls_subject_text(about, host), type, name, parameters,      \
              arguments)

LS_BLOCKS(GETADDRINFO, ls_subject_host(about, host, service), int, getaddrinfo,
          (const char *host, const char *service, const struct addrinfo *hints,
           struct addrinfo **found),
          (host, service, hints, found))
LS_BLOCKS(GETNAMEINFO, ls_subject_address(about, -1, address, n_address), int,
          getnameinfo,
          (const struct sockaddr *address, socklen_t n_address, char *host,
           socklen_t n_host, char *service, socklen_t n_service, int flags),
          (address, n_address, host, n_host, service, n_service, flags))
ASKS(GETHOSTBYNAME, struct hostent *, gethostbyname, (const char *host), (host))
ASKS(GETHOSTBYNAME2, struct hostent *, gethostbyname2,
     (const char *host, int family), (host, family))
ASKS(GETHOSTBYNAME_R, int, gethostbyname_r,
     (const char *host, struct hostent *to, char *bytes, size_t n,
      struct hostent **found, int *error),
     (host, to, bytes, n, found, error))
ASKS(GETHOSTBYNAME2_R, int, gethostbyname2_r,
     (const char *host, int family, struct hostent *to, char *bytes, size_t n,
      struct hostent **found, int *error),
     (host, family, to, bytes, n, found, error))
LS_BLOCKS(GETHOSTBYADDR, ls_subject_none(about), struct hostent *,
          gethostbyaddr, (const void *address, socklen_t n_address, int family),
          (address, n_address, family))
LS_BLOCKS(GETHOSTBYADDR_R, ls_subject_none(about), int, gethostbyaddr_r,
          (const void *address, socklen_t n_address, int family,
           struct hostent *to, char *bytes, size_t n, struct hostent **found,
           int *error),
          (address, n_address, family, to, bytes, n, found, error))
LS_BLOCKS(GAI_SUSPEND, ls_subject_none(about), int, gai_suspend,
          (const struct gaicb *const list[], int n,
           const struct timespec *timeout),
          (list, n, timeout))
ASKS(RES_QUERY, int, res_query,
     (const char *host, int class, int type, unsigned char *answer, int n),
     (host, class, type, answer, n))
ASKS(RES_SEARCH, int, res_search,
     (const char *host, int class, int type, unsigned char *answer, int n),
     (host, class, type, answer, n))

LS_BLOCKS(GETPWNAM, ls_subject_text(about, name), struct passwd *, getpwnam,
          (const char *name), (name))
LS_BLOCKS(GETPWNAM_R, ls_subject_text(about, name), int, getpwnam_r,
          (const char *name, struct passwd *to, char *bytes, size_t n,
           struct passwd **found),
          (name, to, bytes, n, found))
LS_BLOCKS(GETPWUID, ls_subject_number(about, "user", id), struct passwd *,
          getpwuid, (uid_t id), (id))
LS_BLOCKS(GETPWUID_R, ls_subject_number(about, "user", id), int, getpwuid_r,
          (uid_t id, struct passwd *to, char *bytes, size_t n,
           struct passwd **found),
          (id, to, bytes, n, found))
LS_BLOCKS(GETGRNAM, ls_subject_text(about, name), struct group *, getgrnam,
          (const char *name), (name))
LS_BLOCKS(GETGRNAM_R, ls_subject_text(about, name), int, getgrnam_r,
          (const char *name, struct group *to, char *bytes, size_t n,
           struct group **found),
          (name, to, bytes, n, found))
LS_BLOCKS(GETGRGID, ls_subject_number(about, "group", id), struct group *,
          getgrgid, (gid_t id), (id))
LS_BLOCKS(GETGRGID_R, ls_subject_number(about, "group", id), int, getgrgid_r,
          (gid_t id, struct group *to, char *bytes, size_t n,
           struct group **found),
          (id, to, bytes, n, found))
