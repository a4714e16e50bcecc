# SPDX-License-Identifier: MIT
# nginx_plants - a handler for nginx's perl module: /plant/NAME stalls the
# worker, and appends the truth to the file PLANT_TRUTH. What it needs of the
# world is in the environment, as plants.h says.
package nginx_plants;
use strict;
use warnings;
use Fcntl ':flock';
use IO::Socket::INET;
use Time::HiRes qw(usleep clock_gettime CLOCK_MONOTONIC CLOCK_REALTIME);
use nginx;

my $THREAD_CPU = 3;    # Time::HiRes does not name it

sub computing {
    my ($end, $total) = (clock_gettime($THREAD_CPU) + 0.090, 0);
    while (clock_gettime($THREAD_CPU) < $end) {
        $total += $_ * $_ for 1 .. 2000;
    }
    return 1;
}

sub sleeping {
    return usleep(80_000);
}

sub file {
    open(my $fifo, '<', $ENV{PLANT_FIFO}) or return 0;
    sysread($fifo, my $byte, 1) == 1 or return 0;
    return close($fifo);
}

sub socket_ {
    my $peer = IO::Socket::INET->new(
        PeerAddr => "127.0.0.1:$ENV{PLANT_PORT}") or return 0;
    syswrite($peer, 'x');
    return sysread($peer, my $byte, 1);
}

# Who drives the plants holds it, and lets go after a while.
sub flock_ {
    open(my $file, '+<', $ENV{PLANT_LOCK}) or return 0;
    flock($file, LOCK_EX) or return 0;
    return close($file);
}

sub child {
    return system('exec sleep 0.08') == 0;
}

my %plants = (
    computing => \&computing, sleeping => \&sleeping, file => \&file,
    socket => \&socket_, flock => \&flock_, child => \&child,
);

sub handle {
    my $request = shift;
    my ($name) = $request->uri =~ m{([a-z]+)$};
    my $of = $name eq 'computing' ? 'cpu' : 'wall';
    my $clock = $of eq 'cpu' ? $THREAD_CPU : CLOCK_MONOTONIC;
    my ($at, $begin) = (clock_gettime(CLOCK_REALTIME), clock_gettime($clock));
    my $is_ok = $plants{$name}->();
    my $lasted = clock_gettime($clock) - $begin;
    open(my $out, '>>', $ENV{PLANT_TRUTH}) or return HTTP_INTERNAL_SERVER_ERROR;
    printf $out qq({"plant":"%s","pid":%d,"utc_ns":%.0f,"ns":%.0f,) .
        qq("of":"%s"}\n), $name, $$, $at * 1e9, $lasted * 1e9, $of;
    close($out);
    $request->send_http_header('text/plain');
    $request->print($is_ok ? "ok\n" : "failed\n");
    return OK;
}

1;
