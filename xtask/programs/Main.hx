import sys.thread.Thread;
import eval.luv.*;

// Haxe's interpreter has libuv behind sys.thread's event loops and, as it is, in eval.luv.
class Main {
	static function main() {
		var ticks = 0;
		var timer = new haxe.Timer(5);
		timer.run = () -> if (++ticks == 10) {
			timer.stop();
			Sys.println('ticks $ticks');
		}
		var main = Thread.current();
		main.events.promise();
		Thread.createWithEventLoop(() -> {
			var inner = new haxe.Timer(1);
			inner.run = () -> {
				inner.stop();
				main.events.runPromised(() -> Sys.println('from a thread'));
			}
		});
		var child = new sys.io.Process('sh', ['-c', 'cat; exit 3']);
		child.stdin.writeString('to the child');
		child.stdin.close();
		Sys.println(child.stdout.readAll().toString() + ' ' + child.exitCode());
		sys.io.File.saveContent('file', [for (n in 0...1000) '$n'].join(','));
		Sys.println(sys.FileSystem.stat('file').size);
		Sys.println(Std.string(eval.luv.File.FileSync.stat('file').resolve().size));
	}
}
