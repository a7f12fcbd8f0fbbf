import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** A reader of the soak, as soak_peer.py: `FILE reopen|live SQL`. Its last line is `ASKED<tab>LAST<tab>SEEN`, and each line after it something that was wrong. */
public class Soak {
  static final List<String> wrong = new ArrayList<>();
  static final Set<Long> seen = new TreeSet<>();
  static volatile boolean over = false;
  static long asked = 0;
  static long last = -1;
  static Connection kept;

  public static void main(String[] args) throws Exception {
    Thread waiter = new Thread(() -> {
      try {
        while (System.in.read() >= 0) {}
      } catch (Exception closed) {
      }
      over = true;
    });
    waiter.setDaemon(true);
    waiter.start();
    String sql = args[2].replace("{p}", "main.");
    turn(args[0], args[1], sql);
    System.out.println("ready");
    while (!over) {
      Thread.sleep(200);
      turn(args[0], args[1], sql);
    }
    turn(args[0], args[1], sql);
    System.out.println(asked + "\t" + last + "\t" + seen.size());
    for (String each : wrong) System.out.println(each.replaceAll("\\s+", " "));
  }

  static Connection open(String file) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("duckdb.read_only", "true");
    return DriverManager.getConnection("jdbc:duckdb:" + file, properties);
  }

  static void turn(String file, String how, String sql) {
    try {
      if (how.equals("reopen")) {
        try (Connection connection = open(file)) {
          note(ask(connection, sql));
        }
        return;
      }
      if (kept == null) {
        kept = open(file);
        kept.setAutoCommit(false);
      }
      List<Long> row = ask(kept, sql);
      Thread.sleep(50);
      List<Long> again = ask(kept, sql);
      kept.commit();
      note(row);
      if (!row.equals(again)) wrong.add("a transaction saw " + row + " and " + again);
    } catch (SQLException | InterruptedException failure) {
      wrong.add("failed: " + failure.getMessage());
    }
  }

  static List<Long> ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      List<Long> values = new ArrayList<>();
      while (rows.next()) for (int i = 1; i <= 10; i++) values.add(rows.getLong(i));
      return values;
    }
  }

  static void note(List<Long> row) {
    asked++;
    boolean whole = row.size() == 10 && Set.copyOf(row.subList(0, 5)).size() == 1 && row.get(5).equals(row.get(6)) && row.get(5).equals(row.get(9)) && row.get(7).equals(row.get(8));
    if (!whole) wrong.add("mixed: " + row);
    if (row.isEmpty()) return;
    last = row.get(0);
    seen.add(last);
  }
}
