import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads texts with HOCON's reference implementation, and the files that node deploy
 * configuration embeds. In: a JSON object of texts by name. Out: one of the hosts that
 * each of them trusts, of the licence that it is for, or what is wrong with it; of a node
 * deploy file also the bindings of its web services, and all that it says but for what it
 * embeds.
 */
public class ReadConf {
    private static final String DEPLOY = "configuration.NodeDeploy";
    private static final String EMBEDDED = DEPLOY + ".globalConfiguration";
    private static final String HOSTS = "configuration.TrustedHosts.hosts";
    private static final String SERVICES = "configuration.LicenseInfo.activationServiceURLs";

    private static final Map<String, List<String>> found = new TreeMap<>();

    public static void main(String[] args) {
        ConfigObject texts = ConfigFactory.parseReader(new InputStreamReader(System.in, StandardCharsets.UTF_8),
                ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)).root();
        texts.forEach((name, text) -> read(name, (String) text.unwrapped()));
        new PrintStream(System.out, true, StandardCharsets.UTF_8)
                .println(ConfigValueFactory.fromMap(found).render(ConfigRenderOptions.concise()));
    }

    private static void read(String name, String text) {
        try {
            Config config = parse(name, text);
            found.put(name, concat(strings(config, HOSTS), license(config)));
            if (config.hasPath(DEPLOY)) {
                readDeploy(name, config.getObject(DEPLOY));
            }
            int i = 0;
            for (String embedded : strings(config, EMBEDDED)) {
                read(name + "#" + i++, embedded);
            }
        } catch (ConfigException e) {
            found.put(name, List.of("broken: " + e.getMessage()));
        }
    }

    // A licence configuration is known by all that makes the node take it for one.
    private static List<String> license(Config config) {
        if (!config.hasPath(SERVICES)) {
            return List.of();
        }
        return concat(List.of("licence " + config.getString("type") + " " + config.getString("name")), strings(config, SERVICES));
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    private static void readDeploy(String name, ConfigObject deploy) {
        found.put(name + "@deploy", List.of(deploy.withoutKey("globalConfiguration").render(ConfigRenderOptions.concise())));
        List<String> bindings = new ArrayList<>();
        for (ConfigValue node : ((ConfigObject) deploy.get("nodes")).values()) {
            ConfigObject services = ((ConfigObject) node).toConfig().getObject("communication.administration.webServiceBindings");
            new TreeMap<>(services).forEach((service, binding) -> {
                ConfigValue realm = ((ConfigObject) binding).get("authenticationRealmName");
                bindings.add(service + "=" + (realm == null ? "" : realm.unwrapped()));
            });
        }
        found.put(name + "@bindings", bindings);
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
