import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads every *.conf below a folder with HOCON's reference implementation, and the
 * files that node deploy configuration embeds, and prints the hosts each of them trusts.
 */
public class ReadConf {
    private static final String EMBEDDED = "configuration.NodeDeploy.globalConfiguration";
    private static final String HOSTS = "configuration.TrustedHosts.hosts";

    private static int read;
    private static int broken;

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".conf")).sorted().toList()) {
                read(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        System.out.printf("%d read, %d broken%n", read, broken);
        System.exit(read > 0 && broken == 0 ? 0 : 1);
    }

    private static void read(String name, String text) {
        try {
            Config config = parse(name, text);
            System.out.println(name + ": " + strings(config, HOSTS));
            int i = 0;
            for (String embedded : strings(config, EMBEDDED)) {
                read(name + "#" + i++, embedded);
            }
            read++;
        } catch (ConfigException e) {
            System.out.println(e.getMessage());
            broken++;
        }
    }

    // Resolving finds substitutions that are not quoted; they stand for nothing here.
    private static Config parse(String name, String text) {
        return ConfigFactory.parseString(text, ConfigParseOptions.defaults().setOriginDescription(name))
                .resolve(ConfigResolveOptions.noSystem());
    }

    private static List<String> strings(Config config, String path) {
        return config.hasPath(path) ? config.getStringList(path) : List.of();
    }
}
