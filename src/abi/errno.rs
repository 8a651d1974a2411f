//! Error codes, their names and messages.

use libc::c_int;

macro_rules! errors {
    (@value system $short:ident $number:literal) => { -libc::$short };
    (@value own $short:ident $number:literal) => { $number };
    (@value bsd $short:ident $number:literal) => { $number };
    ($($name:ident $short:ident $kind:ident $number:literal $message:literal,)*) => {
        $(pub const $name: uv_errno_t = errors!(@value $kind $short $number);)*

        /// `UV_ERRNO_MAP`: each error with its short name and its message.
        pub const ERRORS: &[(&str, uv_errno_t, &str)] = &[$((stringify!($short), $name, $message),)*];
    };
}

/// An error code: 0 or negative.
pub type uv_errno_t = c_int;

/// Below all error codes.
pub const UV_ERRNO_MAX: uv_errno_t = UV_EOF - 1;

// The kind tells where the number comes from: `system` is errno.h, negated; `own` is libuv's; `bsd`
// is libuv's on Linux and errno.h elsewhere. The number stands for those the system lacks.
errors! {
    UV_E2BIG E2BIG system -4093 "argument list too long",
    UV_EACCES EACCES system -4092 "permission denied",
    UV_EADDRINUSE EADDRINUSE system -4091 "address already in use",
    UV_EADDRNOTAVAIL EADDRNOTAVAIL system -4090 "address not available",
    UV_EAFNOSUPPORT EAFNOSUPPORT system -4089 "address family not supported",
    UV_EAGAIN EAGAIN system -4088 "resource temporarily unavailable",
    UV_EAI_ADDRFAMILY EAI_ADDRFAMILY own -3000 "address family not supported",
    UV_EAI_AGAIN EAI_AGAIN own -3001 "temporary failure",
    UV_EAI_BADFLAGS EAI_BADFLAGS own -3002 "bad ai_flags value",
    UV_EAI_BADHINTS EAI_BADHINTS own -3013 "invalid value for hints",
    UV_EAI_CANCELED EAI_CANCELED own -3003 "request canceled",
    UV_EAI_FAIL EAI_FAIL own -3004 "permanent failure",
    UV_EAI_FAMILY EAI_FAMILY own -3005 "ai_family not supported",
    UV_EAI_MEMORY EAI_MEMORY own -3006 "out of memory",
    UV_EAI_NODATA EAI_NODATA own -3007 "no address",
    UV_EAI_NONAME EAI_NONAME own -3008 "unknown node or service",
    UV_EAI_OVERFLOW EAI_OVERFLOW own -3009 "argument buffer overflow",
    UV_EAI_PROTOCOL EAI_PROTOCOL own -3014 "resolved protocol is unknown",
    UV_EAI_SERVICE EAI_SERVICE own -3010 "service not available for socket type",
    UV_EAI_SOCKTYPE EAI_SOCKTYPE own -3011 "socket type not supported",
    UV_EALREADY EALREADY system -4084 "connection already in progress",
    UV_EBADF EBADF system -4083 "bad file descriptor",
    UV_EBUSY EBUSY system -4082 "resource busy or locked",
    UV_ECANCELED ECANCELED system -4081 "operation canceled",
    UV_ECHARSET ECHARSET own -4080 "invalid Unicode character",
    UV_ECONNABORTED ECONNABORTED system -4079 "software caused connection abort",
    UV_ECONNREFUSED ECONNREFUSED system -4078 "connection refused",
    UV_ECONNRESET ECONNRESET system -4077 "connection reset by peer",
    UV_EDESTADDRREQ EDESTADDRREQ system -4076 "destination address required",
    UV_EEXIST EEXIST system -4075 "file already exists",
    UV_EFAULT EFAULT system -4074 "bad address in system call argument",
    UV_EFBIG EFBIG system -4036 "file too large",
    UV_EHOSTUNREACH EHOSTUNREACH system -4073 "host is unreachable",
    UV_EINTR EINTR system -4072 "interrupted system call",
    UV_EINVAL EINVAL system -4071 "invalid argument",
    UV_EIO EIO system -4070 "i/o error",
    UV_EISCONN EISCONN system -4069 "socket is already connected",
    UV_EISDIR EISDIR system -4068 "illegal operation on a directory",
    UV_ELOOP ELOOP system -4067 "too many symbolic links encountered",
    UV_EMFILE EMFILE system -4066 "too many open files",
    UV_EMSGSIZE EMSGSIZE system -4065 "message too long",
    UV_ENAMETOOLONG ENAMETOOLONG system -4064 "name too long",
    UV_ENETDOWN ENETDOWN system -4063 "network is down",
    UV_ENETUNREACH ENETUNREACH system -4062 "network is unreachable",
    UV_ENFILE ENFILE system -4061 "file table overflow",
    UV_ENOBUFS ENOBUFS system -4060 "no buffer space available",
    UV_ENODEV ENODEV system -4059 "no such device",
    UV_ENOENT ENOENT system -4058 "no such file or directory",
    UV_ENOMEM ENOMEM system -4057 "not enough memory",
    UV_ENONET ENONET system -4056 "machine is not on the network",
    UV_ENOPROTOOPT ENOPROTOOPT system -4035 "protocol not available",
    UV_ENOSPC ENOSPC system -4055 "no space left on device",
    UV_ENOSYS ENOSYS system -4054 "function not implemented",
    UV_ENOTCONN ENOTCONN system -4053 "socket is not connected",
    UV_ENOTDIR ENOTDIR system -4052 "not a directory",
    UV_ENOTEMPTY ENOTEMPTY system -4051 "directory not empty",
    UV_ENOTSOCK ENOTSOCK system -4050 "socket operation on non-socket",
    UV_ENOTSUP ENOTSUP system -4049 "operation not supported on socket",
    UV_EOVERFLOW EOVERFLOW system -4026 "value too large for defined data type",
    UV_EPERM EPERM system -4048 "operation not permitted",
    UV_EPIPE EPIPE system -4047 "broken pipe",
    UV_EPROTO EPROTO system -4046 "protocol error",
    UV_EPROTONOSUPPORT EPROTONOSUPPORT system -4045 "protocol not supported",
    UV_EPROTOTYPE EPROTOTYPE system -4044 "protocol wrong type for socket",
    UV_ERANGE ERANGE system -4034 "result too large",
    UV_EROFS EROFS system -4043 "read-only file system",
    UV_ESHUTDOWN ESHUTDOWN system -4042 "cannot send after transport endpoint shutdown",
    UV_ESPIPE ESPIPE system -4041 "invalid seek",
    UV_ESRCH ESRCH system -4040 "no such process",
    UV_ETIMEDOUT ETIMEDOUT system -4039 "connection timed out",
    UV_ETXTBSY ETXTBSY system -4038 "text file is busy",
    UV_EXDEV EXDEV system -4037 "cross-device link not permitted",
    UV_UNKNOWN UNKNOWN own -4094 "unknown error",
    UV_EOF EOF own -4095 "end of file",
    UV_ENXIO ENXIO system -4033 "no such device or address",
    UV_EMLINK EMLINK system -4032 "too many links",
    UV_EHOSTDOWN EHOSTDOWN system -4031 "host is down",
    UV_EREMOTEIO EREMOTEIO system -4030 "remote I/O error",
    UV_ENOTTY ENOTTY system -4029 "inappropriate ioctl for device",
    UV_EFTYPE EFTYPE bsd -4028 "inappropriate file type or format",
    UV_EILSEQ EILSEQ system -4027 "illegal byte sequence",
    UV_ESOCKTNOSUPPORT ESOCKTNOSUPPORT system -4025 "socket type not supported",
    UV_ENODATA ENODATA system -4024 "no data available",
    UV_EUNATCH EUNATCH system -4023 "protocol driver not attached",
    UV_ENOEXEC ENOEXEC system -4022 "exec format error",
}
