my $server = IO::Socket::Async.listen('127.0.0.1', 5303);
my $tap = $server.tap(-> $peer { $peer.Supply.tap(-> $text { $peer.print($text.uc) }) });
for 1..20 -> $number {
    my $peer = await IO::Socket::Async.connect('127.0.0.1', 5303);
    my $answered = Promise.new;
    my $vow = $answered.vow;
    $peer.Supply.tap(-> $text { $vow.keep($text) });
    await $peer.print("hello $number");
    say await $answered;
    $peer.close;
}
$tap.close;
my $child = Proc::Async.new(:w, 'sh', '-c', 'cat; echo bad >&2; exit 3');
my ($out, $err) = '', '';
$child.stdout.tap({ $out ~= $_ });
$child.stderr.tap({ $err ~= $_ });
my $ended = $child.start;
await $child.print("to the child\n");
$child.close-stdin;
my $result = await $ended;
say "$out$err", $result.exitcode;
my @many = await (1..10).map(-> $n { start { run('echo', $n, :out).out.slurp(:close).trim } });
say @many.sort(+*).join(' ');
my $ticks = 0;
react { whenever Supply.interval(0.01) { done if ++$ticks == 10 } }
say "ticks $ticks";
spurt 'file', 'x' x 100000;
say 'file'.IO.s, ' ', slurp('file').chars, ' ', 'missing'.IO.e;
mkdir 'folder';
spurt "folder/$_", $_ for 1..50;
say dir('folder').elems;
say await Promise.anyof(Promise.in(0.01), Promise.in(30));
