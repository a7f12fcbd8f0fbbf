import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Reads every relation of published catalogs, in one process: lines `FILE<tab>HOW` on standard input, where HOW is open, open-for-writing or attach.
 * Prints `FILE<tab>HOW<tab>RELATION<tab>ROWS<tab>REMARKS` or, in the place of ROWS, `FAILED: ` and why.
 */
public class Readers {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] job = line.split("\t");
      try (Connection connection = open(job[0], job[1])) {
        for (String[] relation : relations(connection, job[1])) {
          String rows = read(connection, job[1], relation[0], relation[1]);
          print(job[0], job[1], relation[0] + "." + relation[1], rows, relation[2]);
        }
      } catch (SQLException refused) {
        print(job[0], job[1], "", "FAILED: " + refused.getMessage(), "");
      }
    }
  }

  static Connection open(String file, String how) throws SQLException {
    if (how.equals("attach")) {
      Connection connection = DriverManager.getConnection("jdbc:duckdb:");
      try (Statement statement = connection.createStatement()) {
        statement.execute("ATTACH '" + file.replace("'", "''") + "' AS some_other_name (READ_ONLY)");
      }
      return connection;
    }
    Properties properties = new Properties();
    if (how.equals("open")) properties.setProperty("duckdb.read_only", "true");
    return DriverManager.getConnection("jdbc:duckdb:" + file, properties);
  }

  static String database(Connection connection, String how) throws SQLException {
    return how.equals("attach") ? "some_other_name" : connection.getCatalog();
  }

  /** As a tool that shows a tree of relations asks for them. */
  static List<String[]> relations(Connection connection, String how) throws SQLException {
    List<String[]> found = new ArrayList<>();
    try (ResultSet tables = connection.getMetaData().getTables(database(connection, how), null, "%", null)) {
      while (tables.next()) {
        String remarks = tables.getString("REMARKS");
        found.add(new String[] {tables.getString("TABLE_SCHEM"), tables.getString("TABLE_NAME"), remarks == null ? "" : remarks});
      }
    }
    return found;
  }

  static String read(Connection connection, String how, String schema, String name) {
    try (Statement statement = connection.createStatement()) {
      String relation = quote(database(connection, how)) + "." + quote(schema) + "." + quote(name);
      ResultSet rows = statement.executeQuery("SELECT * FROM " + relation);
      long count = 0;
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int i = 1; i <= columns; i++) rows.getString(i);
        count++;
      }
      return Long.toString(count);
    } catch (SQLException failure) {
      return "FAILED: " + failure.getMessage();
    }
  }

  static String quote(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  static void print(String... fields) {
    List<String> clean = new ArrayList<>();
    for (String field : fields) clean.add(field.replaceAll("[\\t\\r\\n]+", " "));
    System.out.println(String.join("\t", clean));
  }
}
